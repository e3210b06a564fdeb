/// Goes through the pipeline when the rest of a request is not waited for any more, and the client has been told so. Whoever
/// answers the request counts it for what it was.
struct RequestBrokenOff: Sendable {
    let cause: RequestBody.Failure
}
