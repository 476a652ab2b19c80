"""Where the assistant starts: `python app.py serve` opens the page, `python app.py --help` lists what else it does."""

from cli.main import command

if __name__ == "__main__":
    command()
