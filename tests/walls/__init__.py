"""Self among parents, children, siblings and strangers: what each finds at every address."""
