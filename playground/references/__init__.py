"""What a fine-tune is compared with, as far as it needs no neural network: plain answers and linear models. No torch in here."""
