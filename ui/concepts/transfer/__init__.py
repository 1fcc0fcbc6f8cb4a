"""Page transfer: the best learning rate from narrow to wide networks, standard and in muP."""
