// Nothing: the libraries made of it only have LibTorch's names.
