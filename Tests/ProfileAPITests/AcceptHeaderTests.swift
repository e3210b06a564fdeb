import Testing

@testable import ProfileAPI

@Suite struct AcceptHeaderTests {
    private static let offers: [MediaType] = [.json, .ndjson, .csv]

    @Test(
        arguments: [
            (nil, MediaType.json), ("", .json), ("*/*", .json), ("text/csv", .csv), ("text/*", .csv),
            ("TEXT/CSV;q=0.5, application/json;q=0.4", .csv), ("application/x-ndjson, */*;q=0.1", .ndjson),
            ("application/json;q=0, */*", .ndjson), ("text/csv;q=0.5,application/*;q=0.5", .json),
            ("nonsense", .json), ("text/html, */*;q=0.8", .json), ("text/csv;q=nan, text/csv", .csv),
        ] as [(String?, MediaType)]
    )
    func chooses(header: String?, best: MediaType) {
        #expect(AcceptHeader(header).best(of: Self.offers) == best)
    }

    @Test(arguments: ["text/html", "*/*;q=0", "application/json;q=0", "image/*, text/html"])
    func findsNothing(header: String) {
        #expect(AcceptHeader(header).best(of: Self.offers) == nil)
    }
}
