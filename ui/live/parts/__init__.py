"""What several live pictures are made of; nothing that is a whole picture."""
