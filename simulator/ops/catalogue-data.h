/*
 * catalogue-data.h - the public images that every Region has, one row each. Names, sizes and boot
 * modes are in the form in which their publishers keep them; versions and dates are plausible ones.
 */
#ifndef OPS_CATALOGUE_DATA_H
#define OPS_CATALOGUE_DATA_H

#define AMAZON_LINUX   "137112412989"
#define AMAZON_WINDOWS "801119661308"
#define AMAZON_MAC     "628277914472"
#define CANONICAL      "099720109477"
#define DEBIAN         "136693071363"
#define RED_HAT        "309956199498"
#define MARKETPLACE    "679593333241"

enum catalogue_platform { LINUX, RHEL, WINDOWS };

struct catalogue_row {
	const char *owner, *name, *description;
	const char *created; /* "2025-12-08T18:21" */
	const char *architecture;
	enum catalogue_platform platform;
	const char *root;
	int gib;
	const char *volume; /* type; "": no EBS volume, the image is in S3 */
	const char *boot;   /* "": not said */
	/* Letters: C of today, never deprecated within a world's first year; E ENA; I IMDSv2 only;
	 * D two mappings of instance store; P paravirtual; M of the Marketplace; B its snapshots
	 * are not public. */
	const char *traits;
	const char
		*parameters[2]; /* public SSM parameters; the first is the one it is listed with */
};

#define AL_PATH     "/aws/service/ami-amazon-linux-latest/"
#define UBUNTU_PATH "/aws/service/canonical/ubuntu/server/"
#define WIN_PATH    "/aws/service/ami-windows-latest/"
#define DEBIAN_PATH "/aws/service/debian/release/"
#define MAC_PATH    "/aws/service/ec2-macos/"

/* clang-format off */
static const struct catalogue_row catalogue_rows[] = {
	/* Amazon Linux 2023: several versions, so that the newest has to be looked for. */
	{AMAZON_LINUX, "al2023-ami-2023.0.20230315.0-kernel-6.1-x86_64",
		"Amazon Linux 2023 AMI 2023.0.20230315.0 x86_64 HVM kernel-6.1", "2023-03-15T02:14", "x86_64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi-preferred", "EI", {NULL}},
	{AMAZON_LINUX, "al2023-ami-2023.8.20250721.2-kernel-6.1-x86_64",
		"Amazon Linux 2023 AMI 2023.8.20250721.2 x86_64 HVM kernel-6.1", "2025-07-22T19:47", "x86_64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi-preferred", "CEI", {NULL}},
	{AMAZON_LINUX, "al2023-ami-2023.9.20251014.0-kernel-6.1-x86_64",
		"Amazon Linux 2023 AMI 2023.9.20251014.0 x86_64 HVM kernel-6.1", "2025-10-15T01:32", "x86_64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi-preferred", "CEI", {NULL}},
	{AMAZON_LINUX, "al2023-ami-2023.9.20251014.0-kernel-6.1-arm64",
		"Amazon Linux 2023 AMI 2023.9.20251014.0 arm64 HVM kernel-6.1", "2025-10-15T01:36", "arm64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi", "CEI", {NULL}},
	{AMAZON_LINUX, "al2023-ami-2023.9.20251105.0-kernel-6.1-x86_64",
		"Amazon Linux 2023 AMI 2023.9.20251105.0 x86_64 HVM kernel-6.1", "2025-11-06T20:05", "x86_64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi-preferred", "CEI", {NULL}},
	{AMAZON_LINUX, "al2023-ami-2023.9.20251208.0-kernel-6.12-x86_64",
		"Amazon Linux 2023 AMI 2023.9.20251208.0 x86_64 HVM kernel-6.12", "2025-12-09T18:17", "x86_64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi-preferred", "CEI",
		{AL_PATH "al2023-ami-kernel-6.12-x86_64"}},
	{AMAZON_LINUX, "al2023-ami-2023.9.20251208.0-kernel-6.1-x86_64",
		"Amazon Linux 2023 AMI 2023.9.20251208.0 x86_64 HVM kernel-6.1", "2025-12-09T18:21", "x86_64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi-preferred", "CEI",
		{AL_PATH "al2023-ami-kernel-default-x86_64", AL_PATH "al2023-ami-kernel-6.1-x86_64"}},
	{AMAZON_LINUX, "al2023-ami-2023.9.20251208.0-kernel-6.1-arm64",
		"Amazon Linux 2023 AMI 2023.9.20251208.0 arm64 HVM kernel-6.1", "2025-12-09T18:23", "arm64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi", "CEI",
		{AL_PATH "al2023-ami-kernel-default-arm64", AL_PATH "al2023-ami-kernel-6.1-arm64"}},
	{AMAZON_LINUX, "al2023-ami-minimal-2023.9.20251208.0-kernel-6.1-x86_64",
		"Amazon Linux 2023 AMI 2023.9.20251208.0 x86_64 Minimal HVM kernel-6.1", "2025-12-09T18:30", "x86_64",
		LINUX, "/dev/xvda", 2, "gp3", "uefi-preferred", "CEI",
		{AL_PATH "al2023-ami-minimal-kernel-default-x86_64", AL_PATH "al2023-ami-minimal-kernel-6.1-x86_64"}},
	{AMAZON_LINUX, "al2023-ami-minimal-2023.9.20251208.0-kernel-6.1-arm64",
		"Amazon Linux 2023 AMI 2023.9.20251208.0 arm64 Minimal HVM kernel-6.1", "2025-12-09T18:31", "arm64",
		LINUX, "/dev/xvda", 2, "gp3", "uefi", "CEI",
		{AL_PATH "al2023-ami-minimal-kernel-default-arm64", AL_PATH "al2023-ami-minimal-kernel-6.1-arm64"}},

	/* Amazon Linux 2 and the first Amazon Linux: paravirtual, and in S3. */
	{AMAZON_LINUX, "amzn2-ami-hvm-2.0.20251201.0-x86_64-gp2", "Amazon Linux 2 AMI 2.0.20251201.0 x86_64 HVM gp2",
		"2025-12-02T23:10", "x86_64", LINUX, "/dev/xvda", 8, "gp2", "", "CE", {AL_PATH "amzn2-ami-hvm-x86_64-gp2"}},
	{AMAZON_LINUX, "amzn2-ami-kernel-5.10-hvm-2.0.20251201.0-x86_64-gp2",
		"Amazon Linux 2 Kernel 5.10 AMI 2.0.20251201.0 x86_64 HVM gp2", "2025-12-02T23:12", "x86_64", LINUX,
		"/dev/xvda", 8, "gp2", "", "CE",
		{AL_PATH "amzn2-ami-kernel-5.10-hvm-x86_64-gp2"}},
	{AMAZON_LINUX, "amzn2-ami-kernel-5.10-hvm-2.0.20251201.0-arm64-gp2",
		"Amazon Linux 2 Kernel 5.10 AMI 2.0.20251201.0 arm64 HVM gp2", "2025-12-02T23:15", "arm64", LINUX,
		"/dev/xvda", 8, "gp2", "uefi", "CE",
		{AL_PATH "amzn2-ami-kernel-5.10-hvm-arm64-gp2", AL_PATH "amzn2-ami-hvm-arm64-gp2"}},
	{AMAZON_LINUX, "amzn2-ami-minimal-hvm-2.0.20251201.0-x86_64-ebs",
		"Amazon Linux 2 AMI 2.0.20251201.0 x86_64 Minimal HVM ebs", "2025-12-02T23:18", "x86_64", LINUX,
		"/dev/xvda", 2, "standard", "", "CE",
		{AL_PATH "amzn2-ami-minimal-hvm-x86_64-ebs"}},
	{AMAZON_LINUX, "amzn2-ami-minimal-hvm-2.0.20251201.0-arm64-ebs",
		"Amazon Linux 2 AMI 2.0.20251201.0 arm64 Minimal HVM ebs", "2025-12-02T23:19", "arm64", LINUX,
		"/dev/xvda", 2, "standard", "uefi", "CE",
		{AL_PATH "amzn2-ami-minimal-hvm-arm64-ebs"}},
	{AMAZON_LINUX, "amzn-ami-pv-2018.03.0.20240612.0-x86_64-ebs",
		"Amazon Linux AMI 2018.03.0.20240612.0 x86_64 PV EBS", "2024-06-13T17:02", "x86_64", LINUX, "/dev/sda1", 8,
		"standard", "", "CP", {AL_PATH "amzn-ami-pv-x86_64-ebs"}},
	{AMAZON_LINUX, "amzn-ami-minimal-hvm-2018.03.0.20240612.0-x86_64-s3",
		"Amazon Linux AMI 2018.03.0.20240612.0 x86_64 Minimal HVM S3", "2024-06-13T17:08", "x86_64", LINUX,
		"/dev/sda1", 0, "", "", "CE",
		{AL_PATH "amzn-ami-minimal-hvm-x86_64-s3"}},

	/* Ubuntu; 20.04 is deprecated. */
	{CANONICAL, "ubuntu/images/hvm-ssd/ubuntu-focal-20.04-amd64-server-20230517",
		"Canonical, Ubuntu, 20.04 LTS, amd64 focal image build on 2023-05-17", "2023-05-17T08:55", "x86_64", LINUX,
		"/dev/sda1", 8, "gp2", "", "ED", {NULL}},
	{CANONICAL, "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20250822",
		"Canonical, Ubuntu, 22.04 LTS, amd64 jammy image build on 2025-08-22", "2025-08-22T10:31", "x86_64", LINUX,
		"/dev/sda1", 8, "gp2", "uefi-preferred", "CED", {NULL}},
	{CANONICAL, "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20251205",
		"Canonical, Ubuntu, 22.04 LTS, amd64 jammy image build on 2025-12-05", "2025-12-05T09:12", "x86_64", LINUX,
		"/dev/sda1", 8, "gp2", "uefi-preferred", "CED",
		{UBUNTU_PATH "22.04/stable/current/amd64/hvm/ebs-gp2/ami-id", UBUNTU_PATH "jammy/stable/current/amd64/hvm/ebs-gp2/ami-id"}},
	{CANONICAL, "ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-20251205",
		"Canonical, Ubuntu, 22.04 LTS, arm64 jammy image build on 2025-12-05", "2025-12-05T09:14", "arm64", LINUX,
		"/dev/sda1", 8, "gp2", "uefi", "CED",
		{UBUNTU_PATH "22.04/stable/current/arm64/hvm/ebs-gp2/ami-id", UBUNTU_PATH "jammy/stable/current/arm64/hvm/ebs-gp2/ami-id"}},
	{CANONICAL, "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20250821",
		"Canonical, Ubuntu, 24.04, amd64 noble image", "2025-08-21T07:44", "x86_64", LINUX, "/dev/sda1", 8, "gp3",
		"uefi-preferred", "CEDI", {NULL}},
	{CANONICAL, "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251210",
		"Canonical, Ubuntu, 24.04, amd64 noble image", "2025-12-10T08:02", "x86_64", LINUX, "/dev/sda1", 8, "gp3",
		"uefi-preferred", "CEDI",
		{UBUNTU_PATH "24.04/stable/current/amd64/hvm/ebs-gp3/ami-id", UBUNTU_PATH "noble/stable/current/amd64/hvm/ebs-gp3/ami-id"}},
	{CANONICAL, "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-arm64-server-20251210",
		"Canonical, Ubuntu, 24.04, arm64 noble image", "2025-12-10T08:05", "arm64", LINUX, "/dev/sda1", 8, "gp3",
		"uefi", "CEDI",
		{UBUNTU_PATH "24.04/stable/current/arm64/hvm/ebs-gp3/ami-id", UBUNTU_PATH "noble/stable/current/arm64/hvm/ebs-gp3/ami-id"}},

	{DEBIAN, "debian-12-amd64-20251112-2294", "Debian 12 (20251112-2294)", "2025-11-12T21:40", "x86_64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi-preferred", "CE",
		{DEBIAN_PATH "12/latest/amd64", DEBIAN_PATH "bookworm/latest/amd64"}},
	{DEBIAN, "debian-12-arm64-20251112-2294", "Debian 12 (20251112-2294)", "2025-11-12T21:42", "arm64", LINUX,
		"/dev/xvda", 8, "gp3", "uefi", "CE",
		{DEBIAN_PATH "12/latest/arm64", DEBIAN_PATH "bookworm/latest/arm64"}},

	{RED_HAT, "RHEL-9.7.0_HVM-20251118-x86_64-0-Hourly2-GP3", "Provided by Red Hat, Inc.", "2025-11-18T15:27",
		"x86_64", RHEL, "/dev/sda1", 10, "gp3", "uefi-preferred", "CEB", {NULL}},
	{RED_HAT, "RHEL-9.7.0_HVM-20251118-arm64-0-Hourly2-GP3", "Provided by Red Hat, Inc.", "2025-11-18T15:31",
		"arm64", RHEL, "/dev/sda1", 10, "gp3", "uefi", "CEB", {NULL}},

	{AMAZON_WINDOWS, "Windows_Server-2019-English-Full-Base-2025.12.10",
		"Microsoft Windows Server 2019 with Desktop Experience Locale English AMI provided by Amazon",
		"2025-12-11T04:10", "x86_64", WINDOWS, "/dev/sda1", 30, "gp2", "", "CEB",
		{WIN_PATH "Windows_Server-2019-English-Full-Base"}},
	{AMAZON_WINDOWS, "Windows_Server-2022-English-Full-Base-2025.12.10",
		"Microsoft Windows Server 2022 Full Locale English AMI provided by Amazon", "2025-12-11T04:16", "x86_64",
		WINDOWS, "/dev/sda1", 30, "gp2", "", "CEB",
		{WIN_PATH "Windows_Server-2022-English-Full-Base"}},
	{AMAZON_WINDOWS, "Windows_Server-2022-English-Core-Base-2025.12.10",
		"Microsoft Windows Server 2022 Core Locale English AMI provided by Amazon", "2025-12-11T04:19", "x86_64",
		WINDOWS, "/dev/sda1", 30, "gp2", "", "CEB",
		{WIN_PATH "Windows_Server-2022-English-Core-Base"}},
	{AMAZON_WINDOWS, "Windows_Server-2025-English-Full-Base-2025.12.10",
		"Microsoft Windows Server 2025 Full Locale English AMI provided by Amazon", "2025-12-11T04:23", "x86_64",
		WINDOWS, "/dev/sda1", 30, "gp3", "uefi", "CEB",
		{WIN_PATH "Windows_Server-2025-English-Full-Base"}},

	{AMAZON_MAC, "amzn-ec2-macos-15.7.2-20251204-171541", "Amazon EC2 macOS 15.7.2 AMI", "2025-12-05T22:48",
		"x86_64_mac", LINUX, "/dev/sda1", 100, "gp3", "", "CE",
		{MAC_PATH "sequoia/x86_64_mac/latest/image_id"}},
	{AMAZON_MAC, "amzn-ec2-macos-15.7.2-20251204-171541-arm64", "Amazon EC2 macOS 15.7.2 AMI", "2025-12-05T22:51",
		"arm64_mac", LINUX, "/dev/sda1", 100, "gp3", "", "CE",
		{MAC_PATH "sequoia/arm64_mac/latest/image_id"}},

	{MARKETPLACE, "hardened-nginx-1.28.0-x86_64-20251120-7c0a41de-52f3-4b0e-9d8e-6b1c0f3a2e75",
		"Hardened nginx 1.28 on Debian 12", "2025-11-21T12:00", "x86_64", LINUX, "/dev/xvda", 10, "gp3",
		"uefi-preferred", "CEMB", {NULL}},
};
/* clang-format on */

#endif
