"""A loopback server that speaks Anthropic's Messages API: strict about what it is sent, faithful in what it answers.

In: HTTP requests of the real SDK. Out: scripted or injected answers, as JSON or as a stream of events, with the API's
errors and faults on request. What a program sent wrongly stands in `MessagesApi.errors`, which a test can hold empty.
Shapes: platform.claude.com, API version 2026-10-21, and the SDK 2.12's own types.
"""
