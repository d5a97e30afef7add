/*
 * instance.h - what the files of instances share.
 *
 * Kind "instance": the document is an Instance without what its network interfaces say
 * (instance_view adds that). Private members:
 *
 *   _ReservationId     of its launch
 *
 *   _Interfaces        ids of its network interfaces, primary first
 *
 *   _UserData          base64, as given; absent: none
 *
 *   _DisableApiTermination, _DisableApiStop, _ShutdownBehavior, _CpuCredits, _SriovNetSupport
 *
 *   _StatusFrom        milliseconds: when the status checks have passed
 *
 *   _Boots             milliseconds of its boots, latest last
 *
 *   _Requester         ARN of who launched it
 *
 *   _Ephemeral         mappings of instance store: [{DeviceName, VirtualName}]
 *
 *   _ImageName, _ImageOwner, _ImageDescription  of the image, for the console and for later
 *
 *   _Hibernated        it was stopped by hibernation
 *
 *   _KeyFails          no key for its volumes: it never runs
 *
 *   _LaunchSnapshot    snapshot of its first root volume
 *
 *   _PastRoots         ids of root volumes that were replaced
 */
#ifndef OPS_INSTANCE_H
#define OPS_INSTANCE_H

#include "ops/types.h"

enum { /* codes of states, as EC2 has them */
	INSTANCE_PENDING = 0,
	INSTANCE_RUNNING = 16,
	INSTANCE_SHUTTING_DOWN = 32,
	INSTANCE_TERMINATED = 48,
	INSTANCE_STOPPING = 64,
	INSTANCE_STOPPED = 80,
};

enum { /* world time, in milliseconds */
	INSTANCE_STARTS_MS = 12 * 1000,
	INSTANCE_STORE_STARTS_MS = 150 * 1000, /* the whole image is fetched from S3 first */
	INSTANCE_METAL_STARTS_MS = 300 * 1000,
	INSTANCE_FAILS_MS = 8 * 1000,
	INSTANCE_CHECKS_MS = 120 * 1000, /* from running to passed status checks */
	INSTANCE_STOPS_MS = 25 * 1000,
	INSTANCE_HIBERNATES_MS = 60 * 1000,
	INSTANCE_FORCED_STOPS_MS = 10 * 1000,
	INSTANCE_SHUTS_DOWN_MS = 20 * 1000,
	INSTANCE_REBOOTS_MS = 20 * 1000,
	INSTANCE_FORGOTTEN_MS = 3600 * 1000, /* a terminated one stays visible */
	INSTANCE_PASSWORD_MS = 240 * 1000,
};

/* --- instance.c ------------------------------------------------------------------------------ */

int instance_state(const json_t *doc);
void instance_state_set(json_t *doc, int code);
json_t *instance_state_json(int code); /* {Code, Name} */
/* {InstanceId, CurrentState, PreviousState} */
json_t *instance_change(const char *id, int before, int now);
/* "User initiated (2026-01-01 00:00:05 GMT)" */
void instance_transition_set(json_t *doc, const char *who, int64_t ms);
void instance_reason_set(json_t *doc, const char *code, const char *message); /* NULL: none */

/* The caller's instances by ids: malformed, or all that are missing in one fault. Owned by the
 * caller. */
bool instances_find(struct call *c, json_t *ids, struct resource **out, size_t *n);
/* What describe-instances shows of it: new reference. */
json_t *instance_view(const struct call *c, const struct resource *r);
bool instance_is_windows(const json_t *doc);
/* A setting of an attribute of all its network interfaces; steals value. */
void instance_interfaces_set(struct call *c, const json_t *doc, const char *member, json_t *value);
json_t *instance_credit(const json_t *doc); /* "standard", "unlimited"; NULL: not burstable */

/* Defaults of the metadata service of an account: kind "setting". */
#define INSTANCE_METADATA_SETTING "instance-metadata-defaults"

/* A call for what happens by itself: in the name of the owner of what is in that place. `answer`
 * takes a fault. */
struct timer_call {
	struct call call;
	struct ops_answer answer;
	char arn[64], user[32];
};
void timer_call(struct timer_call *t, struct world *w, struct place_of in, const char *operation,
	json_t *request);
void timer_call_release(struct timer_call *t);

/* --- instance-state.c ------------------------------------------------------------------------ */

/* Shuts down, as terminate-instances does. */
void instance_terminate(struct world *w, const struct resource *r, const char *who,
	const char *code, const char *message);

/* The end: terminated, volumes and interfaces given up. */
void instance_end(struct world *w, const struct resource *r);

/* --- instance-plan.c, instance-run.c --------------------------------------------------------- */

/* A launch that has been checked. Begin with launch_plan, end with launch_release. */
struct launch {
	struct call
		call; /* the caller's call with the request that is in force: template merged in */
	struct resource image;
	const struct type_row *type;
	json_t *devices;    /* [{DeviceName, Ebs}, {DeviceName, VirtualName}]; owned */
	json_t *interfaces; /* [InstanceNetworkInterfaceSpecification]; owned; at least one */
	char vpc[WORLD_ID], subnet[WORLD_ID], zone[WORLD_ID];
	int64_t least, most; /* how many */
	bool key_fails;
	bool spot;
};

/* Checks the request (of the shape RunInstancesRequest) against the world; false and a fault, and
 * nothing to release. */
bool launch_plan(struct call *c, const json_t *request, struct launch *l);
void launch_release(struct launch *l);
/* Makes `count` instances; a Reservation as run-instances answers. NULL and a fault. */
json_t *launch_make(struct launch *l, int64_t count, const char *spot_request);

/* The volume that a planned device becomes; texts are borrowed of the device. */
struct volume_plan launch_volume(const struct launch *l, const json_t *device);

/* Whether the type can run an image, or what an instance was launched from, ENA aside; else the
 * fault. */
bool type_fits(struct call *c, const struct type_facts *t, const json_t *image);
/* The type needs ENA, and the image or instance is not enabled for it. */
bool type_misses_ena(const struct type_facts *t, const json_t *of);
struct interface_plan launch_interface(const struct launch *l, json_t *spec);
bool launch_plan_devices(struct launch *l); /* instance-devices.c */
bool instance_user_data_check(struct call *c, const char *base64);

/* Sets the timer of a pending instance: when it runs. */
void instance_begin(struct world *w, json_t *doc);

/* {Arn, Id} of an instance profile given by name or ARN; NULL and a fault. */
json_t *instance_profile(struct call *c, const json_t *specification);
/* Adds the association; the instance's document is to say the same. */
json_t *instance_profile_associate(
	struct call *c, const char *instance_id, json_t *profile, const char *state);
void instance_profile_forget(struct world *w, struct place_of instances, const char *instance_id);
handler_fn instance_associate_profile, instance_disassociate_profile, instance_describe_profiles;
timer_fn instance_profile_associated, instance_profile_disassociated;

/* --- instance-console.c ---------------------------------------------------------------------- */

handler_fn instance_console, instance_password;

/* --- instance-metadata.c --------------------------------------------------------------------- */

handler_fn instance_modify_metadata, instance_metadata_defaults, instance_modify_metadata_defaults;

/* "resolve:ssm:NAME" -> the image id that the parameter has; another text is itself. NULL and a
 * fault. Borrowed. */
const char *launch_image_id(struct call *c, const char *given);
json_t *launch_metadata(struct call *c, const json_t *request, const json_t *image);

/* --- spot.c ---------------------------------------------------------------------------------- */

/* The hourly price of spare capacity now, in 1/100000 dollar. */
int64_t spot_price(const struct type_row *t, const char *zone, bool windows, int64_t ms);
/* A request, active, for a launch with InstanceMarketOptions. */
bool spot_request_for_launch(struct call *c, const struct launch *l, char id[WORLD_ID]);
void spot_request_fulfilled(struct call *c, const char *request, const char *instance_id);
/* Its instance has stopped, started or gone. */
void spot_instance_changed(struct world *w, const struct resource *instance, int state);
bool spot_is_persistent(const struct world *w, struct place_of instances, const json_t *instance);

#endif
