"""What nnlib's own loop costs, measured against its peers. `make bench` runs all of it."""
