#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '6.0'; MaximumVersion = '6.999' }

BeforeAll {
    $script:manifest = (Resolve-Path (Join-Path $PSScriptRoot '../../Thesis.psd1')).Path
    Import-Module $manifest -Force
    Import-Module (Join-Path $PSScriptRoot '../../benchmarks/Shell.psm1')
}

Describe 'Save-ThesisDataset' {
    It 'says of each file what it would fetch and how large it is, and fetches nothing' {
        $said = Invoke-Shell -NoProfile -Command "Import-Module '$manifest'
            Save-ThesisDataset mnist -Destination '$TestDrive/data' -WhatIf" | Out-String -Width 500
        $said | Should -Match 't10k-labels-idx1-ubyte\.gz, 4\.5 kB'
        $said | Should -Match 't10k-images-idx3-ubyte\.gz, 1\.6 MB'
        $said | Should -Not -Match ' 0\.0 '
        "$TestDrive/data" | Should -Not -Exist
    }

    It 'says of a file that is another one how to have it anew' {
        $null = New-Item $TestDrive/wrong/mnist -ItemType Directory
        Set-Content $TestDrive/wrong/mnist/t10k-labels-idx1-ubyte 'mine'
        Save-ThesisDataset mnist -Destination $TestDrive/wrong -Source $TestDrive -ErrorAction SilentlyContinue -ErrorVariable faults
        $wrong = @($faults | Where-Object FullyQualifiedErrorId -Like 'DatasetHashMismatch,*')
        $wrong | Should -HaveCount 1
        $wrong[0].Exception.Message | Should -BeLike '*Give -Force to fetch it anew.'
    }

    Context 'from a server that means no good' {
        BeforeAll {
            # What every file is answered with: Location, or Body with Slow milliseconds before its second half; Offsets are the ranges asked for.
            $script:server = [hashtable]::Synchronized(@{ Body = [byte[]] @(); Location = ''; Slow = 0; Offsets = [Collections.ArrayList]::Synchronized([Collections.ArrayList]::new()) })
            $probe = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
            $probe.Start()
            $server.Root = "http://127.0.0.1:$($probe.LocalEndpoint.Port)/"
            $probe.Stop()
            $server.Listener = [Net.HttpListener]::new()
            $server.Listener.Prefixes.Add($server.Root)
            $server.Listener.Start()
            $script:serving = [powershell]::Create().AddScript({
                param($Server)
                while ($Server.Listener.IsListening) {
                    try {
                        $context = $Server.Listener.GetContext()
                        $response = $context.Response
                        $offset = [int] ("$($context.Request.Headers['Range'])" -replace '\D')
                        $null = $Server.Offsets.Add($offset)
                        if ($Server.Location) {
                            $response.StatusCode = 302
                            $response.Headers['Location'] = $Server.Location
                        } else {
                            $body = $Server.Body
                            if ($offset) {
                                $response.StatusCode = 206
                                $response.Headers['Content-Range'] = "bytes $offset-$($body.Length - 1)/$($body.Length)"
                            }
                            $response.ContentLength64 = $body.Length - $offset
                            $half = [int] (($body.Length - $offset) / 2)
                            $response.OutputStream.Write($body, $offset, $half)
                            $response.OutputStream.Flush()
                            for ($waited = 0; $waited -lt $Server.Slow; $waited += 50) { Start-Sleep -Milliseconds 50 }
                            $response.OutputStream.Write($body, $offset + $half, $body.Length - $offset - $half)
                        }
                        $response.Close()
                    } catch { continue }
                }
            }).AddArgument($server)
            $null = $serving.BeginInvoke()

            function Get-Packed([byte[]] $Content) {
                $packed = [IO.MemoryStream]::new()
                $gzip = [IO.Compression.GZipStream]::new($packed, [IO.Compression.CompressionLevel]::Fastest, $true)
                $gzip.Write($Content, 0, $Content.Length)
                $gzip.Dispose()
                , $packed.ToArray()
            }

            # The ids of the errors, one for each of the four files; nothing may be left of any.
            function Get-Refusal {
                Save-ThesisDataset mnist -Destination $TestDrive/bad -Source $server.Root -ErrorAction SilentlyContinue -ErrorVariable faults |
                    Should -BeNullOrEmpty
                $faults | Should -HaveCount 4
                Get-ChildItem $TestDrive/bad -Recurse -File -Force -ErrorAction Ignore | Should -BeNullOrEmpty
                $faults.FullyQualifiedErrorId -replace ',.*' | Select-Object -Unique
            }
        }

        AfterAll {
            $server.Listener.Close()
            $serving.Dispose()
        }

        BeforeEach { $server.Location = ''; $server.Slow = 0 }

        It 'does not follow it to <_>' -ForEach 'http://example.invalid/x.gz', 'https://example.invalid/x.gz', '//example.invalid/x.gz', 'file:///etc/hostname' {
            $server.Location = $_
            Get-Refusal | Should -Be 'DownloadRedirected'
        }

        It 'keeps nothing of another file, of a part of one, or of no gzip' {
            $other = Get-Packed ([byte[]] (1..4000 | ForEach-Object { $_ % 251 }))
            $server.Body = $other
            Get-Refusal | Should -Be 'DatasetHashMismatch'
            $server.Body = $other[0..($other.Length / 2)]
            Get-Refusal | Should -BeIn 'DatasetHashMismatch', 'ImageFileUnreadable'
            $server.Body = [byte[]] (1..1000 | ForEach-Object { 65 })
            Get-Refusal | Should -Be 'DatasetHashMismatch'
        }

        It 'breaks off what is longer, packed or unpacked, than a file can be' {
            $server.Body = Get-Packed ([byte[]]::new(80MB))
            Get-Refusal | Should -BeIn 'ArchiveTooLarge', 'DownloadTooLarge'
            $server.Body = [byte[]]::new(12MB)
            Get-Refusal | Should -Be 'DownloadTooLarge'
        }

        It 'keeps the part of a fetch that was killed, and asks for the rest' {
            $server.Body = Get-Packed ([Security.Cryptography.RandomNumberGenerator]::GetBytes(4000))
            $server.Slow = 60000
            $process = Start-Shell -NoProfile -Command "Import-Module '$manifest'
                Save-ThesisDataset mnist -Destination '$TestDrive/killed' -Source $($server.Root)"
            $part = "$TestDrive/killed/mnist/train-images-idx3-ubyte.gz.part"
            while (-not $process.HasExited -and -not ((Test-Path $part) -and (Get-Item $part).Length)) { Start-Sleep -Milliseconds 50 }
            $process.Kill()
            $process.WaitForExit()
            $kept = (Get-Item $part).Length
            Get-ChildItem $TestDrive/killed/mnist | Should -HaveCount 1
            $server.Offsets.Clear()
            $server.Slow = 0
            Save-ThesisDataset mnist -Destination $TestDrive/killed -Source $server.Root -ErrorAction SilentlyContinue
            $server.Offsets | Should -Contain $kept
        }
    }
}
