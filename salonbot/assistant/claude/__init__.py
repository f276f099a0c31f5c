"""The Claude brain: two calls to the Messages API around what the program itself decides.

In: a Situation, later the outcomes. Out: an Understanding whose every command was checked here, later a text.
The model is trusted with reading and wording only: no identifier, phone or confirmation of its making counts.
`client` is the one door to the SDK, `prompts` and `telling` are what the model is told, `asking` is one request,
`reading` and `settling` make commands of the answer.
"""
