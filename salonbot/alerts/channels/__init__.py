"""The ways to a person. Each satisfies `letter.Channel`: takes a letter, or says why not; retrying is the desk's."""
