# A network for faces that two cores train in minutes, for benchmarks/Measure-FaceEmbedding.ps1: parameters of
# Build-FaceEmbedder.
#
# Half of the DCNN's channels on 32 x 32 pixels, with batch normalisation, without which some thousand faces are too few
# steps; alpha 16, well above the 6.8 that a hundred identities want (Ranjan et al. 2017). One thread, so that the bytes
# are the same on every machine of a kind.
@{
    Architecture       = 'dcnn'
    Width              = 0.5
    BatchNormalisation = $true
    ImageSize          = 32
    Alpha              = 16
    Steps              = 400
    BatchSize          = 64
    LearningRate       = 0.05
    Schedule           = 'Cosine'
    Shift              = 2
    ThreadCount        = 1
}
