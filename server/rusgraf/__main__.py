"""``python -m rusgraf``: the same as the command ``rusgraf``."""

from rusgraf.cli import main

if __name__ == "__main__":
    main()
