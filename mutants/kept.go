package main

// kept are the reasons to keep scenarios that kill no mutant alone.
var kept = map[string]string{}
