//go:build tools

// Package tools pins Pulumi's language host for Node in go.mod.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
