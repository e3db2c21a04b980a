// getopt_long: not in Swift's Glibc module, and its results are C globals, which Swift 6 will not
// read. The state is handed over here instead; the parser is used once, by one thread, at start-up.
#ifndef QUIPU_CGETOPT_SHIM_H
#define QUIPU_CGETOPT_SHIM_H

#include <getopt.h>

static inline char *quipu_optarg(void) { return optarg; }
static inline int quipu_optind(void) { return optind; }
static inline int quipu_optopt(void) { return optopt; }
/// Begins a new parse, and leaves the messages to the caller.
static inline void quipu_getopt_reset(void) {
  optind = 0;
  opterr = 0;
}

#endif
