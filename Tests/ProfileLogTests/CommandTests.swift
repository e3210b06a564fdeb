import ArgumentParser
import Testing

@testable import ProfileLog

@Suite struct CommandTests {
    @Test func isCalledProfileLog() {
        #expect(ProfileLogCommand.configuration.commandName == "profile-log")
    }
}
