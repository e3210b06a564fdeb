import ArgumentParser
import LogStorage
import UserProfiles

/// Which changes to show.
struct FilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only changes to this user.", valueName: "id"), transform: OptionValue.user)
    var user: UserID?

    @Option(help: ArgumentHelp("Only changes by this actor.", valueName: "name"))
    var actor: String?

    @Option(
        help: ArgumentHelp("Only CREATE, UPDATE, DELETE or RESTORE.", valueName: "op"),
        transform: OptionValue.operation
    )
    var operation: Operation?

    @Option(
        help: ArgumentHelp(
            "Only changes at or after this time (RFC 3339); a date is the start of that day in UTC.",
            valueName: "time"
        ),
        transform: OptionValue.since
    )
    var since: LogTimestamp?

    @Option(
        help: ArgumentHelp(
            "Only changes before this time (RFC 3339); a date includes that day in UTC.",
            valueName: "time"
        ),
        transform: OptionValue.until
    )
    var until: LogTimestamp?

    init() {}

    func validate() throws {
        if TimeRule.refusal(since: since, until: until) != nil {
            throw ValidationError("--since must not be later than --until.")
        }
    }

    var filter: EntryFilter {
        var filter = EntryFilter()
        filter.userID = user
        filter.actor = actor
        filter.operation = operation
        filter.since = since
        filter.until = until
        return filter
    }
}
