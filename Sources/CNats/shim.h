// The NATS client for C (libnats), as Quipu uses it: messages with headers, and answers to them.
#ifndef QUIPU_CNATS_SHIM_H
#define QUIPU_CNATS_SHIM_H

#include <nats/nats.h>

#endif
