# Grey images of an npy file as PNG files.

# The last 8 bytes of a gzip stream are the CRC-32 of what it holds, which .NET gives in no other way, and its length.
function Get-Crc32([byte[]] $Bytes) {
    $stream = [IO.MemoryStream]::new()
    $gzip = [IO.Compression.GZipStream]::new($stream, [IO.Compression.CompressionLevel]::Fastest, $true)
    $gzip.Write($Bytes, 0, $Bytes.Length)
    $gzip.Dispose()
    $content = $stream.ToArray()
    [BitConverter]::ToUInt32($content, $content.Length - 8)
}

function Get-BigEndian([uint32] $Value) {
    $bytes = [BitConverter]::GetBytes($Value)
    [Array]::Reverse($bytes)
    , $bytes
}

function Write-Chunk([IO.Stream] $Stream, [string] $Type, [byte[]] $Data) {
    $body = [Text.Encoding]::ASCII.GetBytes($Type) + $Data
    foreach ($part in (Get-BigEndian $Data.Length), $body, (Get-BigEndian (Get-Crc32 $body))) {
        $Stream.Write($part, 0, $part.Length)
    }
}

<#
.SYNOPSIS
Writes a square of each grey image of an npy file, uint8 of N x rows x columns in C order, as a PNG file.

.PARAMETER Path
Makes the path of the image of a number, from 0.

.PARAMETER Top
The first row of the square; its columns are the middle ones.

.PARAMETER Side
The rows and columns of the square.
#>
function Export-GreyPng([string] $NpyPath, [scriptblock] $Path, [int] $Top, [int] $Side) {
    $content = [IO.File]::ReadAllBytes($NpyPath)
    $header = [Text.Encoding]::ASCII.GetString($content, 10, [BitConverter]::ToUInt16($content, 8))
    if ($header -notmatch "'descr': '\|u1', 'fortran_order': False, 'shape': \((\d+), (\d+), (\d+)\)") {
        throw "'$NpyPath' holds no grey images of 8 bits."
    }
    $count, $rows, $columns = [int] $Matches[1], [int] $Matches[2], [int] $Matches[3]
    $first = 10 + $header.Length
    $left = ($columns - $Side) / 2
    for ($i = 0; $i -lt $count; $i++) {
        # Each row begins with the kind of its filter, none.
        $lines = [byte[]]::new($Side * ($Side + 1))
        for ($y = 0; $y -lt $Side; $y++) {
            $from = $first + ($i * $rows + $Top + $y) * $columns + $left
            [Buffer]::BlockCopy($content, $from, $lines, $y * ($Side + 1) + 1, $Side)
        }
        $packed = [IO.MemoryStream]::new()
        $zlib = [IO.Compression.ZLibStream]::new($packed, [IO.Compression.CompressionLevel]::Optimal, $true)
        $zlib.Write($lines, 0, $lines.Length)
        $zlib.Dispose()
        $file = & $Path $i
        $null = New-Item -ItemType Directory -Force (Split-Path $file)
        $stream = [IO.File]::Create($file)
        $stream.Write([byte[]] (0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A), 0, 8)
        # 8 bits, grey.
        Write-Chunk $stream IHDR ((Get-BigEndian $Side) + (Get-BigEndian $Side) + [byte[]] (8, 0, 0, 0, 0))
        Write-Chunk $stream IDAT $packed.ToArray()
        Write-Chunk $stream IEND ([byte[]]::new(0))
        $stream.Dispose()
    }
}

Export-ModuleMember -Function Export-GreyPng
