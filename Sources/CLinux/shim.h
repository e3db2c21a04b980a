// System calls that Swift's Glibc module leaves out, for it is built without _GNU_SOURCE.
#ifndef QUIPU_CLINUX_SHIM_H
#define QUIPU_CLINUX_SHIM_H

extern int syncfs(int descriptor);

static inline int quipu_syncfs(int descriptor) { return syncfs(descriptor); }

#endif
