"""Starting and stopping the processes that train and predict, one training at a time per device."""
