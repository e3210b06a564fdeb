/// Something that a decoder must not do, whatever the bytes.
struct FuzzFinding: Error, CustomStringConvertible {
    let description: String

    /// Throws unless `condition` holds.
    static func require(_ condition: Bool, _ description: @autoclosure () -> String) throws(FuzzFinding) {
        if !condition { throw FuzzFinding(description: description()) }
    }
}
