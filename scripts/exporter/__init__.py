"""Exports a module to a .pt2 archive and records what eager PyTorch computes with it."""
