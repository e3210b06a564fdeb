/// A promise that was not kept.
struct SimulationFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Throws unless `condition` holds.
func require(_ condition: Bool, _ failure: @autoclosure () -> String) throws(SimulationFailure) {
    if !condition { throw SimulationFailure(failure()) }
}
