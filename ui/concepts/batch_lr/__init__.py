"""Page batch_lr: batch size and learning rate."""
