"""A reader's own table of finished runs: the words for its columns."""

WANTED = {
    "params": "parameters",
    "tokens": "training tokens",
    "flops": "training FLOPs",
    "loss": "loss, nats/token",
}
