/// Goes through the pipeline when a piece of a long answer has left: the client keeps taking it, so the time limit of the
/// request begins anew.
struct StreamProgress: Sendable {}
