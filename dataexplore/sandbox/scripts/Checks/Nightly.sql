#+import "std/test"

{{ test.Run() }}
