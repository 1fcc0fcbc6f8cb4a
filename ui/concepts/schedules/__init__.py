"""Page schedules: how the learning rate ends, one run for many lengths, loss curves alike."""
