// System calls that Swift's Glibc module leaves out, for it is built without _GNU_SOURCE.
#ifndef QUIPU_CLINUX_SHIM_H
#define QUIPU_CLINUX_SHIM_H

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/timex.h>
#include <sys/vfs.h>

extern int syncfs(int descriptor);

static inline int quipu_syncfs(int descriptor) { return syncfs(descriptor); }

/// The number of the kind of file system that `path` is on, never negative; -1 with `errno` set.
/// statvfs tells it only from glibc 2.39.
static inline long quipu_file_system_type(const char *path) {
  struct statfs facts;
  return statfs(path, &facts) == 0 ? (long)(unsigned int)facts.f_type : -1;
}

/// Keeps the process's memory out of core dumps and away from other processes of its user.
static inline int quipu_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

/// Leaves pages out of a core dump, should there be one.
static inline int quipu_leave_out_of_dumps(void *start, unsigned long count) {
  return madvise(start, count, MADV_DONTDUMP);
}

/// Asks the processor for the memory at a place that will be looked at soon.
static inline void quipu_fetch(const void *place) { __builtin_prefetch(place); }

/// 1 where a time service keeps the machine's clock right, else 0.
static inline int quipu_clock_is_kept(void) {
  struct timex facts = {.modes = 0};
  return adjtimex(&facts) >= 0 && !(facts.status & STA_UNSYNC);
}

#endif
