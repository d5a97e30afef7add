/*
 * types.h - instance types as the other files of instances see them.
 */
#ifndef OPS_TYPES_H
#define OPS_TYPES_H

#include "ops/links.h"

/* A type: the facts that a launch is checked against, and what describe-instance-types adds. */
struct type_row {
	struct type_facts facts;
	bool hdd; /* its instance store; else SSD */
	const char *maker;
	/*
	 * Letters: C current generation, F free tier, B burstable, M bare metal, D dedicated hosts,
	 * A auto recovery, H hibernation, E enclaves, T TPM, P performance counters, R reboot
	 * migration, 6 IPv6, Y encryption in transit, f EFA, s ENA Express, w bandwidth weighting,
	 * q flexible ENA queues, S spot, O on demand, k cluster placement, v SEV-SNP, a EBS
	 * attachment limit of its own, N NVMe instance store.
	 */
	const char *can;
	int ghz10; /* sustained clock in tenths; 0: not told */
	int vcpus, cores, threads;
	const char *valid_cores, *valid_threads; /* "1,2"; "": not told */
	int mib;
	const char *ebs_optimized, *nvme;
	int base_mbps, base_iops, max_mbps, max_iops, attachments; /* EBS; 0: not told */
	const char *network;                                       /* performance in words */
	int interfaces, ipv4, ipv6, cards, base_net, peak_net, queues, efa; /* Mbit/s */
	int price; /* on demand, Linux, us-east-1, an hour, in 1/100000 dollar */
};

const struct type_row *type_row_find(const char *name); /* NULL: unknown */
/* The fault of a launch for a type that is not in the table: no type at all, or one that is not
 * offered here. */
void type_unknown(struct call *c, const char *name);
bool type_can(const struct type_row *t, char letter);
bool type_is_metal(const struct type_row *t);
/* In order of the table; NULL past the end. */
const struct type_row *type_row_at(size_t i);

#endif
