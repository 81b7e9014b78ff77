"""How many visitors one server holds; what times meta-training itself is `hypernet.bench`."""
