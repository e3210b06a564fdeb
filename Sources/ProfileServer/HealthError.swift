/// Why the server does not count as ready, in one line.
struct HealthError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
