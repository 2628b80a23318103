//go:build tools

// Package tools pins the Pulumi CLI in go.mod, so that it builds from its Go module.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
