//go:build tools

// Package tools pins Pulumi's language host for YAML in go.mod.
package tools

import _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"
