"""Web pages, e-books and mail, which are all made of HTML."""
