/* trouble.c - troubles of reading as faults of the service that is asked; see trouble.h. */
#include "http/trouble.h"

static enum fault_id fault_of(enum wire_trouble trouble, enum model_protocol protocol)
{
	static const enum fault_id form[] = {
		[WIRE_FINE] = FAULT_INTERNAL,
		[WIRE_NO_ACTION] = FAULT_MISSING_ACTION,
		[WIRE_NO_OPERATION] = FAULT_INVALID_ACTION,
		[WIRE_NOT_SIMULATED] = FAULT_NOT_SIMULATED,
		[WIRE_UNKNOWN_MEMBER] = FAULT_UNKNOWN_PARAMETER,
		[WIRE_BAD_VALUE] = FAULT_UNREADABLE_VALUE,
		[WIRE_TOO_MANY] = FAULT_TOO_MANY_PARAMETERS,
		[WIRE_NOT_TEXT] = FAULT_NOT_TEXT,
		[WIRE_NOT_JSON] = FAULT_INTERNAL,
	};
	static const enum fault_id json[] = {
		[WIRE_FINE] = FAULT_INTERNAL,
		[WIRE_NO_ACTION] = FAULT_NO_TARGET,
		[WIRE_NO_OPERATION] = FAULT_UNKNOWN_OPERATION,
		[WIRE_NOT_SIMULATED] = FAULT_UNKNOWN_OPERATION,
		[WIRE_UNKNOWN_MEMBER] = FAULT_SERIALIZATION,
		[WIRE_BAD_VALUE] = FAULT_SERIALIZATION,
		[WIRE_TOO_MANY] = FAULT_SERIALIZATION,
		[WIRE_NOT_TEXT] = FAULT_SERIALIZATION,
		[WIRE_NOT_JSON] = FAULT_NOT_JSON,
	};

	return protocol == MODEL_EC2 || protocol == MODEL_QUERY ? form[trouble] : json[trouble];
}

/* The templates name the parameter first, then its value; those that need fewer take fewer. */
bool http_refuse(struct ops_answer *a, const struct wire_reading *reading)
{
	enum model_protocol protocol = (enum model_protocol)reading->service->protocol;

	return ops_refuse(
		a, fault_of(reading->trouble, protocol), reading->name.s, reading->value.s);
}
