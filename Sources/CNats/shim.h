// The NATS client for C (libnats), as Quipu uses it: messages with headers, and answers to them.
#ifndef QUIPU_CNATS_SHIM_H
#define QUIPU_CNATS_SHIM_H

#include <nats/nats.h>
#include <stdlib.h>

// Frees what libnats leaves to its caller, and what it was given; Swift sees some of it as constant.
static inline void quipu_free(const void *memory) { free((void *)memory); }

#endif
