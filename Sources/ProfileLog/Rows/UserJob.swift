import LogStorage
import UserProfiles

/// Makes the rows of some users of a past directory.
struct UserJob: Sendable {
    let directory: PastDirectory
    let skipsDamage: Bool
    let renderer: RowRenderer<UserLine>

    private static let usersAtOnce = 1_024

    /// How many parts there are.
    var count: Int { (directory.count + Self.usersAtOnce - 1) / Self.usersAtOnce }

    /// Hands the rows of the part `number` to `emit`, piece by piece.
    func run(_ number: Int, _ emit: (RowPiece) -> Bool) throws {
        var renderer = renderer
        let first = number * Self.usersAtOnce + 1
        for id in first...min(first + Self.usersAtOnce - 1, directory.count) {
            do throws(LogError) {
                guard let user = try directory.liveUser(UserID(UInt64(id))) else { continue }
                guard renderer.append(user, emit) else { return }
            } catch {
                var piece = renderer.take()
                if skipsDamage { piece.damage = [DamageFinding(unreadable: error, error.lsns?.lowerBound ?? .zero)] }
                guard emit(piece) else { return }
                if !skipsDamage { throw error }
            }
        }
        _ = emit(renderer.take())
    }
}
