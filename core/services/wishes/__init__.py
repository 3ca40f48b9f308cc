"""Understanding what a person asks for in a sentence, in English or Japanese; pure, from memory."""
