# The classifier of digits, the GAN and the inverter that come with the module (mnist-classifier, mnist-generator and mnist-inverter),
# by one command, which goes on where it was stopped:
#
#   benchmarks/Build-DefenceModel.ps1 -Config configs/models/mnist-defence.psd1 -DataPath DATA -OutputPath models
#
# About an hour of one core. One thread, so that the bytes are the same on every machine of a kind.
@{
    Name       = 'mnist'
    Dataset    = 'mnist'
    Classifier = @{
        Architecture  = 'model-a'
        Epochs        = 4
        Seed          = 1
        ThreadCount   = 1
        HalfPrecision = $true
    }
    Generator  = @{
        Width             = 32
        Iterations        = 30000
        Interval          = 500
        BatchSize         = 64
        GeneratorRate     = 0.001
        DiscriminatorRate = 0.0004
        Schedule          = 'Cosine'
        AverageDecay      = 0.999
        Seed              = 1
        ThreadCount       = 1
        MixedPrecision    = $true
        HalfPrecision     = $true
    }
    Inverter   = @{
        Iterations        = 16000
        Interval          = 1000
        BatchSize         = 50
        InverterRate      = 0.001
        SemanticWeight    = 30
        AdversarialWeight = 0.3
        Schedule          = 'Cosine'
        Seed              = 1
        ThreadCount       = 1
        MixedPrecision    = $true
        HalfPrecision     = $true
    }
}
