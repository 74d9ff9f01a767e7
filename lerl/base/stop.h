#pragma once
// The request to stop (Ctrl-C), which long work heeds where it can go on later.

namespace lerl {

// From now on SIGINT and SIGTERM request a stop and do not kill the process, so that long work can
// stop at the next checkpoint. A second signal kills it.
void InstallStopHandler();
bool StopRequested();

}  // namespace lerl
