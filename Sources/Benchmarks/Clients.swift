/// Runs `body` for a number of clients at the same time.
func eachClient(
    _ clients: Int,
    _ body: @escaping @Sendable (_ client: Int) async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for client in 0..<clients {
            group.addTask { try await body(client) }
        }
        try await group.waitForAll()
    }
}
