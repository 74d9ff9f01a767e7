#pragma once
// The subcommands of `lerl`, one file each in cli/. A function adds its command to the app, with
// options, an example in the footer and a callback. Results go to standard output and everything
// else to standard error. What a user can mend is thrown as lerl::Error.

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace lerl {

// Thrown by a command that stopped before its end and has said so; the exit code is then 130.
struct Interrupted {};
// Thrown by a command that goes on until it is stopped, once it has ended well; the exit code is 0.
struct Stopped {};

void AddFetchCommand(CLI::App& app);
void AddDataCommand(CLI::App& app);
void AddListCommand(CLI::App& app);
void AddModelCommand(CLI::App& app);
void AddPlanCommand(CLI::App& app);
void AddPlanExportCommand(CLI::App& plan);     // below `lerl plan`
void AddPlanPromptCommands(CLI::App& plan);    // below `lerl plan`
void AddPlanTuneModelCommand(CLI::App& plan);  // below `lerl plan`
void AddTrainCommand(CLI::App& app);
void AddTuneCommand(CLI::App& app);
void AddEvaluateCommand(CLI::App& app);
void AddRecommendCommand(CLI::App& app);
void AddServeCommand(CLI::App& app);
void AddEventsCommand(CLI::App& app);
void AddOpeCommand(CLI::App& app);
void AddOpeLogCommand(CLI::App& ope);  // below `lerl ope`
void AddCompareCommand(CLI::App& app);
void AddStudyCommand(CLI::App& app);
void AddAuditCommand(CLI::App& app);
void AddAuditListeningCommand(CLI::App& audit);  // below `lerl audit`
void AddAuditWishesCommand(CLI::App& audit);     // below `lerl audit`
void AddAuditErrorsCommand(CLI::App& audit);     // below `lerl audit`
void AddSimCommand(CLI::App& app);
void AddWorkCommand(CLI::App& app);
void AddRayCommand(CLI::App& app);
void AddReflectionsCommand(CLI::App& app);
void AddReportCommand(CLI::App& app);
void AddBenchCommand(CLI::App& app);

}  // namespace lerl
