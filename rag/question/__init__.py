"""What a question asks: alone or after others, for an amount or a meaning, in other words, in another language."""
